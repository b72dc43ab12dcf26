using System.CommandLine;
using System.Globalization;
using System.Text;

namespace AtlanticProxy.Host.Cli;

/// <summary>atlanticproxy(1), in roff (man(7)), from the commands' own descriptions.</summary>
internal static class ManualPage
{
    public static string Of(Command root, string version)
    {
        var page = new StringBuilder($"""
            .TH ATLANTICPROXY 1 "" "AtlanticProxy {version}" "AtlanticProxy"
            .SH NAME
            atlanticproxy \- a proxy business in a box
            .SH SYNOPSIS
            .B atlanticproxy
            .I VERB
            .RI [ OPTIONS ]
            .SH DESCRIPTION
            {Escape(root.Description!)}
            .PP
            Every verb says more with
            .BR \-\-help .
            Amounts are written as people write them (9.99), sizes as GB (1.5) or with a unit, dates as 2026\-11\-28.
            .SH OPTIONS OF EVERY VERB

            """);
        foreach (var option in new DescribedVerb("", root).Options)
            Entry(page, DescribedVerb.Spell(option), option.Description);
        page.Append(".SH VERBS\n");
        foreach (var verb in DescribedVerb.AllOf(root).Where(verb => verb.IsVerb))
        {
            string usage = string.Join(' ', [verb.Path, .. verb.Arguments.Select(Spell)]);
            page.Append(CultureInfo.InvariantCulture, $".SS {Escape(usage)}\n");
            page.Append(CultureInfo.InvariantCulture, $"{Escape(verb.Command.Description!)}.\n");
            foreach (var argument in verb.Arguments.Where(argument => argument.Description is not null))
                Entry(page, Spell(argument), argument.Description);
            foreach (var option in verb.Options)
                Entry(page, DescribedVerb.Spell(option), option.Description);
        }
        page.Append("""
            .SH EXIT STATUS
            0 done, 1 failed, 2 wrong usage.
            .SH FILES
            .TP
            .I /etc/atlanticproxy/appliance.json
            Settings. Every one is also a flag (\-\-Section:Name VALUE) and a variable (ATLANTIC_Section__Name).
            .TP
            .I /var/lib/atlanticproxy
            The database, the key that its secrets are sealed with, logs and backups.
            .SH SEE ALSO
            .BR systemctl (1),
            .BR journalctl (1)

            """);
        return page.ToString();
    }

    private static string Spell(Argument argument) =>
        argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Name;

    private static void Entry(StringBuilder page, string name, string? text) =>
        page.Append(CultureInfo.InvariantCulture, $".TP\n.B {Escape(name)}\n{Escape(text ?? "")}\n");

    /// <summary>Roff breaks lines at hyphens, and takes backslashes, and leading full stops and quotes, for its own.</summary>
    private static string Escape(string text)
    {
        string escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return escaped is ['.' or '\'', ..] ? $"\\&{escaped}" : escaped;
    }
}
