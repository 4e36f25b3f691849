"""The supervision kernel: children with budgets, backoff and mailboxes under supervisors on one trio nursery each."""
