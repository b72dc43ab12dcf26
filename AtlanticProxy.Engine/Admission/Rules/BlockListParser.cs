using System.Net;

namespace AtlanticProxy.Engine.Admission.Rules;

/// <summary>
/// Reads block lists, line by line, in the two forms that they are published in: hosts files (<c>0.0.0.0 ads.example.com</c>:
/// that name only) and adblock domain rules (<c>||example.com^</c>: with all below it) with their exceptions
/// (<c>@@||example.com^</c>). A line that is neither is skipped and counted: conditional and cosmetic rules, and names that are
/// none.
/// </summary>
internal static class BlockListParser
{
    private const string Exception = "@@";

    /// <summary>Adds what a list says to <paramref name="into"/>.</summary>
    /// <returns>Lines that were not understood; comments and empty ones are not counted.</returns>
    public static int Read(TextReader list, BlockList into)
    {
        int skipped = 0;
        while (list.ReadLine() is { } line)
            if (!TryRead(line.AsSpan().Trim(), into))
                skipped++;
        return skipped;
    }

    private static bool TryRead(ReadOnlySpan<char> line, BlockList into)
    {
        if (line.IsEmpty || line[0] is '!' or '#' || line is ['[', .., ']'])
            return true; // "#" also begins cosmetic rules without a domain, which say nothing of names either
        bool isException = line.StartsWith(Exception);
        var rule = isException ? line[Exception.Length..] : line;
        if (rule.StartsWith("||"))
            return TryReadAdblock(rule[2..], isException, into);
        return !isException && TryReadHosts(line, into.Names);
    }

    // ||name^, and options that leave it unconditional. Others make the rule conditional, and we cannot know the condition.
    private static bool TryReadAdblock(ReadOnlySpan<char> rule, bool isException, BlockList into)
    {
        int end = rule.IndexOf('^');
        if (end <= 0 || !TryReadOptions(rule[(end + 1)..], out bool isImportant))
            return false;
        var names = (isException, isImportant) switch
        {
            (false, false) => into.Names,
            (false, true) => into.ImportantNames,
            (true, false) => into.Exceptions,
            (true, true) => into.ImportantExceptions,
        };
        return names.Add(rule[..end], withSubdomains: true);
    }

    // "all" stands for all kinds of requests, which is what a name without options means here anyway.
    private static bool TryReadOptions(ReadOnlySpan<char> options, out bool areImportant)
    {
        areImportant = false;
        if (options.IsEmpty)
            return true;
        if (options[0] != '$')
            return false;
        options = options[1..];
        foreach (var range in options.Split(','))
        {
            var option = options[range];
            if (option.Equals("important", StringComparison.OrdinalIgnoreCase))
                areImportant = true;
            else if (!option.Equals("all", StringComparison.OrdinalIgnoreCase))
                return false;
        }
        return true;
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
