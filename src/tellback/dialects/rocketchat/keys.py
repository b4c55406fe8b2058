"""This wire's keys, and where requests carry them. A visitor's token is no key of ours."""

from tellback.dialects.contract import Credential, HttpRequest, KeySpec

AGENT, WEBHOOK = "agent", "webhook"
AUTH_TOKEN = KeySpec(name="auth_token", kind="auth_token", role=AGENT, length=43)
#: No secret: the vendor shows it to everybody beside a person's name.
USER_ID = KeySpec(name="user_id", kind="user_id", role=AGENT, length=24, public=True)
#: What a chat server shows that sends its own webhook here.
WEBHOOK_TOKEN = KeySpec(name="webhook_token", kind="webhook_token", role=WEBHOOK)


def read_login(request: HttpRequest) -> Credential | None:
    """``X-Auth-Token``, which counts only beside its ``X-User-Id``."""
    token, user = (request.headers.get(name, "").strip() for name in ("x-auth-token", "x-user-id"))
    if not token or not user:
        return None
    return Credential(AUTH_TOKEN.kind, token, Credential(USER_ID.kind, user))


def read_webhook_token(request: HttpRequest) -> Credential | None:
    """``X-RocketChat-Livechat-Token``."""
    token = request.headers.get("x-rocketchat-livechat-token", "").strip()
    return Credential(WEBHOOK_TOKEN.kind, token) if token else None
