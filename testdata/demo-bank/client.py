"""A client of the bank for tests and traffic: one connection, one customer's app."""

import http.client
import json
import urllib.parse

PASSWORD = "test-password"
PAYEE = "DE75512108001245126199"


class Client:
    """`headers` go with each request; `token` is that of the last sign-in."""

    def __init__(self, base_url, headers=None):
        self.address = urllib.parse.urlsplit(base_url).netloc
        self.headers, self.token = headers or {}, ""
        self.connection = http.client.HTTPConnection(self.address, timeout=30)

    def close(self):
        self.connection.close()

    def call(self, method, path, body=None, headers=None):
        """Status and answer; the answer is text where it is no JSON."""
        sent = {**self.headers, **(headers or {})}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        payload = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        if payload is not None:
            sent["Content-Type"] = "application/json"
        path = path if path.startswith(("/test", "/health")) else "/api/v1" + path
        self.connection.request(method, path, payload, sent)
        response = self.connection.getresponse()
        raw = response.read()
        try:
            return response.status, json.loads(raw) if raw else None
        except ValueError:
            return response.status, raw.decode()

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body if body is not None else {}, **more)

    def sign_in(self, user="test-customer", password=PASSWORD):
        status, answer = self.call("POST", "/auth/login", {"username": user, "password": password})
        if status == 200:
            self.token = answer["token"]
        return status

    def step_up(self, code="123456"):
        self.post("/auth/mfa/challenge")
        return self.post("/auth/mfa/verify", {"code": code})[0]

    def transfer(self, account, amount, key=None, **body):
        headers = {"Idempotency-Key": key} if key else None
        return self.post(f"/accounts/{account}/transfers", {"amount": amount, "beneficiary_iban": PAYEE, **body}, headers=headers)

    def settle(self, account, transfer, what="confirm"):
        return self.post(f"/accounts/{account}/transfers/{transfer}/{what}")

    def booked(self, account, amount, **body):
        """Submits and confirms; the id of the transfer."""
        transfer = self.transfer(account, amount, **body)[1]["id"]
        self.settle(account, transfer)
        return transfer

    def balance(self, account, which="available"):
        return self.get(f"/accounts/{account}/balance")[1][which]

    def move_clock(self, **how):
        return self.post("/test/clock", how)
