namespace AtlanticProxy.Web.Compat.IpRoyal;

/// <summary>
/// Ids as IPRoyal's clients keep them: 26 characters, as a ULID has. Ours are numbers, so all but the last few are zeros.
/// </summary>
internal static class IpRoyalHash
{
    private const int Length = 26, Base = 32;

    /// <summary>Crockford's base 32: without I, L, O and U.</summary>
    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string Of(long id) => string.Create(Length, id, static (text, rest) =>
    {
        for (int i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Digits[(int)(rest % Base)];
            rest /= Base;
        }
    });

    /// <summary>0: it is no hash, or none of ours.</summary>
    public static long Parse(string? hash)
    {
        if (hash?.Length != Length)
            return 0;
        long id = 0;
        foreach (char c in hash)
        {
            int digit = Digits.IndexOf(c, StringComparison.OrdinalIgnoreCase);
            if (digit < 0 || id > (long.MaxValue - digit) / Base)
                return 0;
            id = id * Base + digit;
        }
        return id;
    }
}
