"""An SSH server on loopback that serves one folder by SFTP, for one key.

    python -m tests.ssh_server FOLDER AUTHORIZED_KEYS

Prints its port, and ends when its input does.
"""

import asyncio
import sys

import asyncssh


async def serve(folder: str, keys: str) -> None:
    """Serve until the input ends."""
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        authorized_client_keys=keys,
        sftp_factory=lambda connection: asyncssh.SFTPServer(connection, chroot=folder.encode()),
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(serve(*sys.argv[1:]))
