// Owns the precompiled header pch.h; every other target reuses it.
