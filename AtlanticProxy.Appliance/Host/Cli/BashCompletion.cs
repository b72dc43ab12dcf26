using System.CommandLine;
using System.Globalization;
using System.Text;

namespace AtlanticProxy.Host.Cli;

/// <summary>The completion of bash(1) for <c>atlanticproxy</c>, from the commands' own description.</summary>
internal static class BashCompletion
{
    public static string Of(Command root)
    {
        var verbs = DescribedVerb.AllOf(root).ToList();
        string common = Words(verbs[0].Options.Select(option => option.Name).Append("--help"));
        var script = new StringBuilder("""
            # bash completion for atlanticproxy
            _atlanticproxy() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} path='' word words
                for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                    case "$path${path:+ }$word" in

            """);
        string paths = string.Join(" | ", verbs.Skip(1).Select(verb => $"'{verb.Path}'"));
        script.Append(CultureInfo.InvariantCulture, $"            {paths})\n");
        script.Append("""
                            path+=${path:+ }$word ;;
                    esac
                done
                case $previous in

            """);
        string files = string.Join(" | ", verbs.SelectMany(verb => verb.Options)
            .Where(option => option.HelpName is "FILE" or "DIR").Select(option => option.Name).Distinct()
            .Order(StringComparer.Ordinal));
        script.Append(CultureInfo.InvariantCulture,
            $"        {files}) mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return ;;\n");
        script.Append("""
                esac
                case $path in

            """);
        foreach (var verb in verbs)
        {
            string words = Words([.. verb.Verbs.Select(below => below.Name),
                .. verb.Path.Length > 0 ? verb.Options.Select(option => option.Name) : []]);
            script.Append(CultureInfo.InvariantCulture, $"        '{verb.Path}') words='{words}' ;;\n");
        }
        script.Append(CultureInfo.InvariantCulture, $$"""
                esac
                mapfile -t COMPREPLY < <(compgen -W "$words {{common}}" -- "$current")
                case $path in
                    {{string.Join(" | ", verbs.Where(verb => verb.Arguments.Any(argument => argument.Name == "FILE"))
                        .Select(verb => $"'{verb.Path}'"))}})
                        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current") ;;
                esac
            }
            complete -o filenames -F _atlanticproxy atlanticproxy

            """);
        return script.ToString();
    }

    private static string Words(IEnumerable<string> words) => string.Join(' ', words);
}
