namespace AtlanticProxy.Engine.Requests;

/// <summary>What a proxy user may be called.</summary>
public static class ProxyUserName
{
    /// <summary>
    /// Length bounds, in characters; the alphabet is <c>[a-z0-9]</c>, so that no grammar's separator can be part of a name.
    /// </summary>
    private const int MinLength = 3, MaxLength = 32;

    /// <summary>Whether <paramref name="name"/> can be a proxy user's name.</summary>
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.Length is < MinLength or > MaxLength)
            return false;
        foreach (char c in name)
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9')))
                return false;
        return true;
    }
}
