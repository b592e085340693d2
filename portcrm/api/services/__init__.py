from portcrm.api.services.tokens import create_token, note_use, revoke_token

__all__ = ["create_token", "note_use", "revoke_token"]
