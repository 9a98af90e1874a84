"""The pages of requests and approvals."""
