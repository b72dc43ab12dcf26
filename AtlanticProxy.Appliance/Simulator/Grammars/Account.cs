using System.Text;
using AtlanticProxy.Simulator.Exits;

namespace AtlanticProxy.Simulator.Grammars;

/// <summary>An authenticated client: under which name it is billed, and what it asked of its exit.</summary>
internal sealed record Subscriber(string Username, RequestedExit Wanted)
{
    public static readonly Subscriber Anonymous = new("", RequestedExit.Any);
}

/// <summary>
/// What became of credentials: a subscriber; or none, the credentials being wrong or <paramref name="BadToken"/> not understood.
/// </summary>
internal sealed record Admission(Subscriber? Subscriber, string? BadToken)
{
    public static readonly Admission Wrong = new(null, null);
}

/// <summary>The one account that the simulated provider sells to; without a name it lets everyone in.</summary>
/// <param name="grammar">How clients ask; null to tell from each one's shape.</param>
internal sealed class Account(string? username, string? password, ProviderGrammar? grammar)
{
    public bool NeedsCredentials => username is not null;

    /// <summary>The name that sessions are hashed under, so that two accounts' sessions differ.</summary>
    public string Name => username ?? "";

    /// <summary>The name that clients must present; null for any.</summary>
    public string? Username => username;

    public string? Password => password;

    /// <summary>No credentials are two nulls.</summary>
    public Admission Admit(string? presentedName, string? presentedPassword)
    {
        if (presentedName is null || presentedPassword is null)
            return NeedsCredentials ? Admission.Wrong : new Admission(Subscriber.Anonymous, null);
        if (Read(presentedName, presentedPassword) is not { } reading)
            return Admission.Wrong;
        return reading.BadToken is null
            ? new Admission(new Subscriber(presentedName, reading.Wanted), null)
            : new Admission(null, reading.BadToken);
    }

    private Reading? Read(string presentedName, string presentedPassword)
    {
        if (grammar is not null)
            return grammar.TailOf(this, presentedName, presentedPassword) is { } tail ? grammar.Parse(tail) : null;
        foreach (var candidate in ProviderGrammar.All)
            if (candidate.TailOf(this, presentedName, presentedPassword) is { } tail && candidate.HasShape(presentedName, tail))
                return candidate.Parse(tail);
        return null;
    }

    /// <summary>The credentials of a <c>Proxy-Authorization: Basic</c> header, or nulls.</summary>
    public static (string? Username, string? Password) ReadBasic(string? header)
    {
        const string Scheme = "Basic ";
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return (null, null);
        Span<byte> decoded = stackalloc byte[header.Length];
        if (!Convert.TryFromBase64String(header[Scheme.Length..].Trim(), decoded, out int length))
            return (null, null);
        string pair = Encoding.UTF8.GetString(decoded[..length]);
        int colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (null, null) : (pair[..colon], pair[(colon + 1)..]);
    }
}
