"""The first schema."""

import sqlalchemy as sa
from alembic import op

from node.store.engine import install_guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sa.UniqueConstraint("kind", "target", "subject", name=op.f("uq_duty_kind_target_subject")),
    )
    op.create_index(op.f("ix_duty_due_ms"), "duty", ["due_ms"])

    op.create_table(
        "evidence",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("community", sa.String(64), nullable=False),
        sa.Column("first", sa.LargeBinary(), nullable=False),
        sa.Column("second", sa.LargeBinary(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_community"), "evidence", ["community"])

    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.String(64), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("alarm", sa.String(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("community", name=op.f("uq_ledger_community")),
    )
    op.create_table(
        "peer",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("community", sa.String(64), nullable=True),
        sa.Column("allow_private", sa.Boolean(), nullable=False),
        sa.Column("last_heard_ms", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("served", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_peer")),
    )
    op.create_index(op.f("ix_peer_community"), "peer", ["community"])

    op.create_table(
        "peer_size",
        sa.Column("community", sa.String(64), autoincrement=False, nullable=False),
        sa.Column("ledger", sa.String(64), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community", "ledger", name=op.f("pk_peer_size")),
    )
    op.create_table(
        "witnessed",
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_witnessed")),
    )
    op.create_table(
        "chain",
        sa.Column("ledger", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["ledger"], ["ledger.id"], name=op.f("fk_chain_ledger")),
        sa.PrimaryKeyConstraint("ledger", "position", name=op.f("pk_chain")),
    )
    op.create_table(
        "cosignature",
        sa.Column("ledger", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("witness", sa.String(64), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["ledger"], ["ledger.id"], name=op.f("fk_cosignature_ledger")),
        sa.PrimaryKeyConstraint("ledger", "size", "witness", name=op.f("pk_cosignature")),
    )
    op.create_table(
        "entry",
        sa.Column("ledger", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["ledger"], ["ledger.id"], name=op.f("fk_entry_ledger")),
        sa.PrimaryKeyConstraint("ledger", "index", name=op.f("pk_entry")),
    )
    op.create_index(op.f("ix_entry_message_id"), "entry", ["message_id"])

    op.create_table(
        "head",
        sa.Column("ledger", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["ledger"], ["ledger.id"], name=op.f("fk_head_ledger")),
        sa.PrimaryKeyConstraint("ledger", "size", name=op.f("pk_head")),
    )
    op.create_table(
        "quarantine",
        sa.Column("ledger", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ledger"], ["ledger.id"], name=op.f("fk_quarantine_ledger")),
        sa.PrimaryKeyConstraint("ledger", "index", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "snapshot",
        sa.Column("ledger", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["ledger"], ["ledger.id"], name=op.f("fk_snapshot_ledger")),
        sa.PrimaryKeyConstraint("ledger", name=op.f("pk_snapshot")),
    )
    install_guards(op.get_bind())
