"""The generator behind other doors: another process, a server across the room, a cluster; and the clients that call it."""
