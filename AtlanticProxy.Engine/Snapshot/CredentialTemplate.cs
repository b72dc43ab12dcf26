using System.Globalization;
using System.Text;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Grammars;

namespace AtlanticProxy.Engine.Snapshot;

/// <summary>
/// The template of a provider's username, password or host: literal text, fields in braces, and parts in brackets that stand only
/// if every field in them has a value, such as <c>acme[-country-{country}][-session-{session}]</c>. A field in capitals gives its
/// value in capitals. <c>{?strict}</c> gives nothing and has a value when the field has one; <c>{!strict}</c>, when it has none:
/// they decide about their bracket. <c>{session:8}</c> gives no more than 8 characters,
/// <c>{ttl:30}</c> no more than 30. <c>{__|;}</c> gives <c>__</c> where it first stands, and <c>;</c> from then on.
/// </summary>
public static class CredentialTemplate
{
    private const char Given = '?', NotGiven = '!', Limit = ':', Separators = '|';

    /// <summary>A field, and what of a request's targeting it expresses.</summary>
    private readonly record struct Field(string Name, TargetingFields Expresses);

    private static readonly Field[] Known =
    [
        new("username", 0), new("password", 0),
        new("country", TargetingFields.Country), new("countries", TargetingFields.Country),
        new("exclude", TargetingFields.Exclusion),
        new("region", TargetingFields.Region), new("region_code", TargetingFields.Region),
        new("state", TargetingFields.State), new("state_code", TargetingFields.State), new("state_words", TargetingFields.State),
        new("city", TargetingFields.City), new("city_words", TargetingFields.City), new("zip", TargetingFields.Zip),
        new("asn", TargetingFields.Asn), new("isp", TargetingFields.Isp), new("os", TargetingFields.Os),
        new("session", TargetingFields.Session), new("session_number", TargetingFields.Session), new("ttl", TargetingFields.Ttl),
        new("ttl_seconds", TargetingFields.Ttl), new("strict", 0),
    ];

    /// <summary>What is wrong with <paramref name="template"/>, a sentence each; empty when nothing is.</summary>
    public static IReadOnlyList<string> Problems(string template)
    {
        var problems = new List<string>();
        int bracket = -1, brace = -1;
        for (int i = 0; i < template.Length; i++)
        {
            switch (template[i])
            {
                case '{' when brace < 0: brace = i; break;
                case '}' when brace >= 0:
                    if (Problem(template.AsSpan(brace + 1, i - brace - 1)) is { } problem)
                        problems.Add(problem);
                    brace = -1;
                    break;
                case '[' when bracket < 0 && brace < 0: bracket = i; break;
                case ']' when bracket >= 0 && brace < 0: bracket = -1; break;
                case '{' or '}' or '[' or ']':
                    problems.Add($"'{template[i]}' at {i + 1} has no partner, or stands inside its own kind.");
                    return problems;
            }
        }
        if (brace >= 0)
            problems.Add($"'{{' at {brace + 1} is never closed.");
        if (bracket >= 0)
            problems.Add($"'[' at {bracket + 1} is never closed.");
        return problems;
    }

    /// <summary>What <paramref name="template"/> can say.</summary>
    public static TargetingFields Fields(string template)
    {
        TargetingFields expressed = 0;
        var rest = template.AsSpan();
        while (NextField(ref rest, out _, out var name))
            if (name.Length > 0 && name[0] is not (Given or NotGiven))
            {
                Limited(name, out var field);
                expressed |= Find(field)?.Expresses ?? 0;
            }
        return expressed;
    }

    /// <summary>What of <paramref name="template"/> is not a field: what goes upstream as it stands.</summary>
    public static string Literal(string template)
    {
        var text = new StringBuilder(template.Length);
        var rest = template.AsSpan();
        while (NextField(ref rest, out var literal, out _))
            text.Append(literal);
        return text.Append(rest).ToString();
    }

    /// <summary>
    /// What <paramref name="template"/> becomes for a request; null when <paramref name="targeting"/> is not understood.
    /// </summary>
    /// <param name="targeting">As it follows a name in this product's own grammar: <c>country-us-session-a1</c>.</param>
    /// <param name="session">What the session is called upstream, if there is one.</param>
    public static string? Preview(string template, string targeting, string session, string username = "", string password = "")
    {
        var parsed = UsernameParser.ParseTargeting(username, targeting);
        return parsed.BadToken is not null ? null
            : Fill(template,
                new TemplateValues(parsed.Targeting, parsed.Targeting.Session.Length > 0 ? session : "", username, password));
    }

    /// <summary>The text for one request.</summary>
    internal static string Fill(string template, in TemplateValues values)
    {
        if (!template.AsSpan().ContainsAny('{', '['))
            return template;
        var filled = new StringBuilder(template.Length + 32);
        var rest = template.AsSpan();
        bool separated = false;
        while (!rest.IsEmpty)
        {
            int open = rest.IndexOf('[');
            int close = open < 0 ? -1 : rest[open..].IndexOf(']') + open;
            if (open < 0 || close < open)
            {
                Append(filled, rest, values, ref separated);
                break;
            }
            Append(filled, rest[..open], values, ref separated);
            int before = filled.Length;
            bool separatedBefore = separated;
            if (!Append(filled, rest[(open + 1)..close], values, ref separated))
                (filled.Length, separated) = (before, separatedBefore);
            rest = rest[(close + 1)..];
        }
        return filled.ToString();
    }

    // Whether every field had a value.
    private static bool Append(StringBuilder filled, ReadOnlySpan<char> part, in TemplateValues values, ref bool separated)
    {
        bool complete = true;
        while (NextField(ref part, out var literal, out var name))
        {
            filled.Append(literal);
            if (name.Length > 0 && name[0] is Given or NotGiven)
            {
                complete &= (values.Of(name[1..]).Length > 0) == (name[0] == Given);
                continue;
            }
            int bar = name.IndexOf(Separators);
            if (bar >= 0)
            {
                filled.Append(separated ? name[(bar + 1)..] : name[..bar]);
                separated = true;
                continue;
            }
            string value = Limited(name, out var field) is { } most ? values.Of(field, most) : values.Of(field);
            complete &= value.Length > 0;
            filled.Append(value);
        }
        filled.Append(part);
        return complete;
    }

    // What stands before the next field, and its name; false when there is no more, and then the rest is literal.
    private static bool NextField(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> literal, out ReadOnlySpan<char> name)
    {
        literal = name = default;
        int open = rest.IndexOf('{');
        int length = open < 0 ? -1 : rest[(open + 1)..].IndexOf('}');
        if (length < 0)
            return false;
        literal = rest[..open];
        name = rest.Slice(open + 1, length);
        rest = rest[(open + length + 2)..];
        return true;
    }

    // The number behind the colon, and the name before it; null when there is none.
    private static int? Limited(ReadOnlySpan<char> name, out ReadOnlySpan<char> field)
    {
        int colon = name.IndexOf(Limit);
        bool isLimited = int.TryParse(name[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int most)
            && colon > 0 && most > 0;
        field = isLimited ? name[..colon] : name;
        return isLimited ? most : null;
    }

    private static string? Problem(ReadOnlySpan<char> name)
    {
        if (name.Contains(Separators))
            return null;
        if (name.Length > 0 && name[0] is not (Given or NotGiven))
            Limited(name, out name);
        if (name.Length > 0 && name[0] is Given or NotGiven)
            name = name[1..];
        if (Find(name) is not null)
            return null;
        string shown = PairGrammar.Shown(name);
        return NearestToken.Find(name, Known.Select(field => field.Name)) is { } nearest
            ? $"{{{shown}}} is not a field: did you mean {{{nearest}}}?"
            : $"{{{shown}}} is not a field; known are {string.Join(", ", Known.Select(field => field.Name))}.";
    }

    private static Field? Find(ReadOnlySpan<char> name)
    {
        foreach (var field in Known)
            if (name.SequenceEqual(field.Name) || TemplateValues.IsInCapitals(name)
                && name.Equals(field.Name, StringComparison.OrdinalIgnoreCase))
                return field;
        return null;
    }
}
