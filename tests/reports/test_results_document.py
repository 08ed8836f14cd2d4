"""The release document keeps every value."""

import json

from reports.results import Results
from tests.reports.results_fixture import make_results


def test_a_release_document_gives_back_an_equal_value():
    results = make_results()

    read = Results.from_document(json.loads(json.dumps(results.to_document())))

    assert read == results
