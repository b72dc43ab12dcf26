namespace AtlanticProxy.Engine.Routing;

/// <summary>
/// FNV-1a over UTF-16 code units, 64 bits: the same on every node and in every process, which <see cref="string.GetHashCode()"/>
/// is not.
/// </summary>
internal static class StableHash
{
    private const ulong Offset = 14695981039346656037, Prime = 1099511628211;

    public static ulong Of(ReadOnlySpan<char> text)
    {
        ulong hash = Offset;
        foreach (char c in text)
            hash = (hash ^ c) * Prime;
        return hash;
    }
}
