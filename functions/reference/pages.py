"""The two pages that show the OpenAPI document to a person."""

SWAGGER_UI = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kith API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.min.css">
</head>
<body>
<div id="page"></div>
<script src="/docs/assets/swagger-ui-bundle.min.js"></script>
<script>SwaggerUIBundle({url: "/openapi.json", dom_id: "#page", deepLinking: true, persistAuthorization: true})</script>
</body>
</html>
"""

REDOC = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kith API</title>
</head>
<body>
<redoc spec-url="/openapi.json" hide-download-buttons></redoc>
<script src="/docs/assets/redoc.standalone.js"></script>
</body>
</html>
"""
