using System.Text;

namespace AtlanticProxy.Simulator.Exits;

/// <summary>An authenticated client: under which name it is billed, and what it asked of its exit.</summary>
internal sealed record Subscriber(string Username, RequestedExit Wanted)
{
    public static readonly Subscriber Anonymous = new("", RequestedExit.Any);
}

/// <summary>The one account that the simulated provider sells to.</summary>
internal sealed class Account(string? username, string? password)
{
    public bool NeedsCredentials => username is not null;

    /// <summary>The name that sessions are hashed under, so that two accounts' sessions differ.</summary>
    public string Name => username ?? "";

    /// <summary>The subscriber, or null when the credentials are wrong. No credentials are two nulls.</summary>
    public Subscriber? Admit(string? presentedName, string? presentedPassword)
    {
        if (username is null)
            return presentedName is null ? Subscriber.Anonymous : new Subscriber(presentedName, RequestedExit.Parse(AfterName(presentedName)));
        if (presentedName is null || presentedPassword is null)
            return null;

        if (presentedName == username)
        {
            if (presentedPassword == password)
                return new Subscriber(presentedName, RequestedExit.Any);
            // IPRoyal: targeting follows the password.
            return presentedPassword.StartsWith(password + "_", StringComparison.Ordinal)
                ? new Subscriber(presentedName, RequestedExit.Parse(presentedPassword[password!.Length..]))
                : null;
        }
        if (presentedPassword != password || !presentedName.StartsWith(username, StringComparison.Ordinal) || presentedName[username.Length] is not ('-' or '_'))
            return null;
        return new Subscriber(presentedName, RequestedExit.Parse(presentedName[username.Length..]));
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

    // Without an account of our own we cannot know where the name ends: DataImpulse's "__" aside, keys are found wherever they stand.
    private static string AfterName(string presented)
    {
        int separator = presented.IndexOf("__", StringComparison.Ordinal);
        return separator < 0 ? presented : presented[separator..];
    }
}
