import schemathesis


@schemathesis.hook
def filter_case(context, case):
    """Leaves out cases in which the judge takes a number for a list of identifiers.

    In header fields it makes up letters and digits only, and turns what breaks that rule of its own into a value that
    it holds for valid.
    """
    return str((case.headers or {}).get("Storytime-Wait-For")) != "0"
