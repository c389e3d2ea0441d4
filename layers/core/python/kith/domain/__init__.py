"""What the product is. Standard library only: no AWS, no web, no storage."""
