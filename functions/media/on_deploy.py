"""A deployment that needs to know the CDN's key -> its public half."""

from functions.media.cdn import cdn_key
from kith.custom_resources import custom_resource

handler = custom_resource("media", lambda: {"PublicKey": cdn_key().public()})
