using System.Net;

namespace AtlanticProxy.Engine.Admission.Rules;

/// <summary>
/// Reads block lists, line by line, in the two forms that they are published in: hosts files (<c>0.0.0.0 ads.example.com</c>:
/// that name only) and adblock domain rules (<c>||example.com^</c>: with all below it). A line that is neither is skipped and
/// counted: conditional and cosmetic rules, exceptions, and names that are none.
/// </summary>
internal static class BlockListParser
{
    /// <summary>Adds a list's names to <paramref name="names"/>.</summary>
    /// <returns>Lines that were not understood; comments and empty ones are not counted.</returns>
    public static int Read(TextReader list, DomainSet.Builder names)
    {
        int skipped = 0;
        while (list.ReadLine() is { } line)
            if (!TryRead(line.AsSpan().Trim(), names))
                skipped++;
        return skipped;
    }

    private static bool TryRead(ReadOnlySpan<char> line, DomainSet.Builder names)
    {
        if (line.IsEmpty || line[0] is '!' or '#' || line is ['[', .., ']'])
            return true; // "#" also begins cosmetic rules without a domain, which say nothing of names either
        return line.StartsWith("||") ? TryReadAdblock(line[2..], names) : TryReadHosts(line, names);
    }

    // ||name^ alone, or marked as stronger than exceptions. Other options make the rule conditional, and we cannot know the
    // condition.
    private static bool TryReadAdblock(ReadOnlySpan<char> rule, DomainSet.Builder names)
    {
        int end = rule.IndexOf('^');
        return end > 0 && rule[(end + 1)..] is "" or "$important" && names.Add(rule[..end], withSubdomains: true);
    }

    // A sink address and one or more names. Any other address is a real host of somebody's, not a block.
    private static bool TryReadHosts(ReadOnlySpan<char> line, DomainSet.Builder names)
    {
        int comment = line.IndexOf('#');
        if (comment >= 0)
            line = line[..comment];
        bool first = true, read = false;
        foreach (var range in line.SplitAny(' ', '\t'))
        {
            var word = line[range];
            if (word.IsEmpty)
                continue;
            if (first)
            {
                if (!IPAddress.TryParse(word, out var sink)
                    || !(IPAddress.IsLoopback(sink) || sink.Equals(IPAddress.Any) || sink.Equals(IPAddress.IPv6Any)))
                    return false;
                first = false;
            }
            else if (names.Add(word, withSubdomains: false))
                read = true;
            else
                return false;
        }
        return read;
    }
}
