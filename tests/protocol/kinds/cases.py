"""What each kind takes and refuses; tests/vectors/kinds holds the same as files."""

from tests.protocol.kinds.assembly_cases import ASSEMBLIES, IN_THE_ROOM
from tests.protocol.kinds.decision_cases import CLOSING, POSITIONS, PROPOSALS
from tests.protocol.kinds.election_cases import ELECTIONS
from tests.protocol.kinds.federation_cases import ERASURE, FEDERATED
from tests.protocol.kinds.founding_cases import CHARTER, IDENTITY, MEMBERS
from tests.protocol.kinds.mandate_cases import ACCOUNTS, MANDATES
from tests.protocol.kinds.office_cases import CREDENTIALS, OFFICES
from tests.protocol.kinds.operation_cases import OPERATIONS
from tests.protocol.kinds.recall_cases import RECALLS

CASES = [
    *IDENTITY,
    *CHARTER,
    *MEMBERS,
    *PROPOSALS,
    *POSITIONS,
    *CLOSING,
    *ASSEMBLIES,
    *IN_THE_ROOM,
    *OFFICES,
    *CREDENTIALS,
    *ELECTIONS,
    *RECALLS,
    *MANDATES,
    *ACCOUNTS,
    *FEDERATED,
    *ERASURE,
    *OPERATIONS,
]
