namespace AtlanticProxy.ControlPlane.Results;

/// <summary>What kind of refusal an <see cref="Error"/> is; the edge maps it to a status (400, 404, 409, 403).</summary>
public enum ErrorKind
{
    /// <summary>The request itself is wrong; the same request fails again.</summary>
    Invalid,

    /// <summary>Nothing by that id or name, or it belongs to someone else.</summary>
    NotFound,

    /// <summary>Right in itself, but not with what is stored now (a name is taken, a plan is in use).</summary>
    Conflict,

    /// <summary>The caller may not do this.</summary>
    Forbidden,
}

/// <summary>One expected failure, in words for the person who asked.</summary>
/// <param name="Code">Stable and for programs: <c>feature.reason</c>, lower case with underscores.</param>
/// <param name="Words">A sentence for people, that says what to do.</param>
/// <param name="Field">The request's property that it is about, as that property is spelled; null when it is about none.</param>
public sealed record Error(ErrorKind Kind, string Code, Phrase Words, string? Field = null)
{
    /// <summary>The words in English.</summary>
    public string Message => Words.ToString();
}
