"""Requests of clients that were carried out, so that a repeated one gets the same answer and changes nothing."""

from collections.abc import Callable

from oodaemon.errors import AlreadyExists, InvalidArgument
from oodaemon.store.transaction import Snapshot, Transaction


def once(tx: Transaction, request_id: str, method: str, digest: str, produce: Callable[[], str]) -> str:
    """The response to a request: `produce()` the first time, inside this transaction, and the same text ever after.

    `digest` stands for the content of the request. Raises InvalidArgument for an empty id, AlreadyExists naming both digests when
    the id was used for other content; whatever `produce` raises leaves the id unused.
    """
    answer = known(tx.db, request_id, method, digest)
    if answer is None:
        response = produce()
        tx.note(
            "INSERT INTO requests (request_id, method, digest, response, created_at) VALUES (?, ?, ?, ?, ?)",
            (request_id, method, digest, response, tx.now_text),
        )
        return response
    return answer


def known(db: Snapshot, request_id: str, method: str, digest: str) -> str | None:
    """The response to a request that was carried out; None before that. Raises InvalidArgument and AlreadyExists as `once` does."""
    if not request_id:
        raise InvalidArgument.of("request_id", "is empty; make a new id for every new request and keep it for repeats")
    row = db.execute("SELECT method, digest, response FROM requests WHERE request_id = ?", (request_id,)).fetchone()
    if row is None:
        return None
    if (row["method"], row["digest"]) != (method, digest):
        raise AlreadyExists(
            f"request {request_id!r} was used before for {row['method']} with content {row['digest']},"
            f" and now comes for {method} with content {digest}; use a new request id"
        )
    response: str = row["response"]
    return response
