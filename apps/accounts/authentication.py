from rest_framework.authentication import BaseAuthentication, SessionAuthentication


class BearerAuthentication(BaseAuthentication):
    def authenticate(self, request):
        return None


class PortalSessionAuthentication(SessionAuthentication):
    pass
