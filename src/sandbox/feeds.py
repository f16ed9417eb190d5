"""stub"""
from werkzeug.wrappers import Response
class Feeds:
    def __init__(self, store): self.store = store
    def answer(self, request): return Response("nothing", 404)
