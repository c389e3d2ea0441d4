"""The CDN before the media room's files, made once: apart from the other collaborators, for it takes long to import."""

from functools import cache

from kith import aws
from kith.cdn import Cdn, CdnKey
from kith.deployment import settings
from kith.vault import Vault


@cache
def cdn_key() -> CdnKey:
    """Return the key that signs its addresses."""
    return CdnKey(Vault(settings().cdn_secret_name, aws.client("secretsmanager")))


@cache
def cdn() -> Cdn:
    """Return it; the key is read once."""
    return Cdn(settings().cdn_url, settings().cdn_key_id, cache(cdn_key().signer))
