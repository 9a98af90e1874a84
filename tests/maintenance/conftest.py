from hypothesis import settings

# The arithmetic is pure; on a busy machine its time says nothing about it.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
