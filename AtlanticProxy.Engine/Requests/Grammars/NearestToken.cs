namespace AtlanticProxy.Engine.Requests.Grammars;

/// <summary>Finds what somebody meant to write.</summary>
internal static class NearestToken
{
    /// <summary>
    /// Slips of the finger that are still recognised: one wrong letter, two swapped, one missing and one too many.
    /// </summary>
    private const int MaxDistance = 2;

    private const int MaxLength = 32;

    /// <summary>
    /// Which of <paramref name="known"/> is nearest to <paramref name="written"/> by Levenshtein distance; null when none is
    /// near.
    /// </summary>
    public static string? Find(ReadOnlySpan<char> written, IEnumerable<string> known)
    {
        string? nearest = null;
        int best = MaxDistance + 1;
        foreach (string candidate in known)
        {
            // Of a short token, half of its letters may be wrong, or anything would be near it.
            int distance = Distance(written, candidate);
            if (distance < best && distance <= candidate.Length / 2)
                (nearest, best) = (candidate, distance);
        }
        return nearest;
    }

    private static int Distance(ReadOnlySpan<char> from, ReadOnlySpan<char> to)
    {
        if (from.Length > MaxLength || to.Length > MaxLength || Math.Abs(from.Length - to.Length) > MaxDistance)
            return int.MaxValue;
        Span<int> row = stackalloc int[MaxLength + 1];
        for (int j = 0; j <= to.Length; j++)
            row[j] = j;
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int substituted = diagonal + (char.ToLowerInvariant(from[i - 1]) == char.ToLowerInvariant(to[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.Length];
    }
}
