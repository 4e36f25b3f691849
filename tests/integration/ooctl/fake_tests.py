"""The saved tests of the scripted daemon."""

from __future__ import annotations

from oodaemon.api.v1 import runs_pb2, tests_pb2, tests_pb2_grpc


def a_test(number: int, test_id: str, name: str, *, site_name: str = "") -> tests_pb2.SavedTest:
    summary = runs_pb2.TestSummary(test_id=test_id, name=name, url=f"https://site.example/test/{test_id}")
    return tests_pb2.SavedTest(number=number, test=summary, site_name=site_name or name)


class FakeTests(tests_pb2_grpc.TestServiceServicer):
    """A reference means the tests whose id, number or name it is, or whose names have it as a part."""

    def ListTests(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return tests_pb2.ListTestsResponse(tests=self.state.tests)

    def FindTests(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        asked = request.reference
        exact = [test for test in self.state.tests if asked in (test.test.test_id, test.test.name, str(test.number))]
        fits = exact or [test for test in self.state.tests if asked in test.test.name]
        if len(fits) == 1:
            return tests_pb2.FindTestsResponse(test=fits[0], is_exact=bool(exact))
        return tests_pb2.FindTestsResponse(candidates=fits)

    def GetTest(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        (test,) = [test for test in self.state.tests if test.test.test_id == request.reference]
        leg = runs_pb2.ConfigLeg(side="sell", right="put", quantity=1, value=15, unit="Δ", dte=0)
        card = runs_pb2.ConfigCard(title="Entry", lines=[runs_pb2.ConfigLine(text="Daily")])
        config = runs_pb2.TestConfig(underlying="SPX", start_date="2022-05-16", legs=[leg], cards=[card])
        shown = tests_pb2.GetTestResponse(test=test, runs=2, active_run_ids=["01RUN"])
        if request.refresh:
            shown.config.CopyFrom(config)
        return shown

    def AddTest(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return tests_pb2.AddTestResponse(test=self.state.tests[0], is_known=request.reference == "known")

    def RenameTest(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return tests_pb2.RenameTestResponse(test=self.state.tests[0], done="the site calls it so")

    def DeleteTest(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return tests_pb2.DeleteTestResponse(test=self.state.tests[0], done="it is gone")
