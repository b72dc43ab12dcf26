using System.Text;

namespace AtlanticProxy.Engine.Routing;

/// <summary>Fills a provider's username template: see <see cref="Snapshot.Provider.UsernameTemplate"/>.</summary>
internal static class UsernameTemplate
{
    /// <summary>The username for <paramref name="targeting"/>, with <paramref name="upstreamSession"/> as its session.</summary>
    public static string Fill(string template, Targeting targeting, string upstreamSession)
    {
        if (!template.AsSpan().ContainsAny('{', '['))
            return template;
        var filled = new StringBuilder(template.Length + 32);
        int position = 0;
        while (position < template.Length)
        {
            char c = template[position];
            int close = c == '[' ? template.IndexOf(']', position) : -1;
            if (close < 0)
            {
                int next = template.IndexOf('[', position + 1);
                AppendPart(filled, template.AsSpan(position, (next < 0 ? template.Length : next) - position), targeting, upstreamSession);
                position = next < 0 ? template.Length : next;
                continue;
            }
            // A bracketed part stands only if all of its fields have values.
            int before = filled.Length;
            if (!AppendPart(filled, template.AsSpan(position + 1, close - position - 1), targeting, upstreamSession))
                filled.Length = before;
            position = close + 1;
        }
        return filled.ToString();
    }

    /// <summary>Names of the fields that a template may have.</summary>
    public static bool IsField(ReadOnlySpan<char> name) => name is "country" or "COUNTRY" or "state" or "city" or "asn" or "session" or "ttl";

    private static bool AppendPart(StringBuilder filled, ReadOnlySpan<char> part, Targeting targeting, string session)
    {
        bool complete = true;
        while (!part.IsEmpty)
        {
            int open = part.IndexOf('{');
            int close = open < 0 ? -1 : part[open..].IndexOf('}') + open;
            if (open < 0 || close < open)
            {
                filled.Append(part);
                break;
            }
            filled.Append(part[..open]);
            string value = Value(part[(open + 1)..close], targeting, session);
            complete &= value.Length > 0;
            filled.Append(value);
            part = part[(close + 1)..];
        }
        return complete;
    }

    private static string Value(ReadOnlySpan<char> field, Targeting targeting, string session) => field switch
    {
        "country" => targeting.Country,
        "COUNTRY" => targeting.Country.ToUpperInvariant(),
        "state" => targeting.State,
        "city" => targeting.City,
        "asn" => targeting.Asn,
        "session" => session,
        "ttl" => session.Length == 0 ? "" : targeting.TtlMinutes.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => "",
    };
}
