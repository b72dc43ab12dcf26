namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Shares an amount out.</summary>
internal static class Shares
{
    /// <summary>
    /// Parts of <paramref name="amount"/> in proportion to <paramref name="of"/>, by largest remainder (ties: the first): they
    /// sum
    /// to the amount, and where that is no more than the sum of <paramref name="of"/>, no part goes beyond what it is of.
    /// </summary>
    /// <param name="of">Their sum has the sign of the amount, or both are zero; single ones may be below zero.</param>
    public static long[] Of(long amount, IReadOnlyList<long> of)
    {
        Int128 whole = 0;
        foreach (long one in of)
            whole += one;
        if (amount == whole)
            return [.. of];
        var parts = new long[of.Count];
        var remainders = new Int128[of.Count];
        long given = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            var (part, remainder) = Int128.DivRem((Int128)amount * of[i], whole);
            if (remainder != 0 && Int128.IsNegative(remainder) != Int128.IsNegative(whole)) // towards minus infinity
                (part, remainder) = (part - 1, remainder + whole);
            parts[i] = (long)part;
            remainders[i] = Int128.Abs(remainder);
            given += parts[i];
        }
        foreach (int i in Enumerable.Range(0, parts.Length).OrderByDescending(i => remainders[i]).ThenBy(i => i)
            .Take((int)(amount - given)))
            parts[i]++;
        return parts;
    }
}
