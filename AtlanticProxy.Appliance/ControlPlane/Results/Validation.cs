namespace AtlanticProxy.ControlPlane.Results;

/// <summary>Collects what is wrong with a request.</summary>
internal sealed class Validation
{
    private readonly List<Error> _errors = [];

    public bool Failed => _errors.Count > 0;

    public IReadOnlyList<Error> Errors => _errors;

    /// <summary>Notes an <see cref="ErrorKind.Invalid"/> error unless <paramref name="holds"/>.</summary>
    public void Require(bool holds, string field, string code, Phrase words)
    {
        if (!holds)
            _errors.Add(new Error(ErrorKind.Invalid, code, words, field));
    }
}
