"""A DigitalOcean account of our own: same API, no bill, faults on demand.

`machine.Machine` is the whole account as a function from request to response;
`server` gives it an HTTP face on loopback, `transport` plugs it into a client of the
same process.
"""
