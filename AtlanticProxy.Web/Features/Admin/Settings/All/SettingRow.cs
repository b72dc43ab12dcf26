using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Features.Admin.Settings.All;

/// <summary>Something that staff set.</summary>
/// <param name="What">It does.</param>
/// <param name="Present">Null: nobody has set it, or to nothing.</param>
/// <param name="Default">What counts then.</param>
/// <param name="Href">Of the page on which it is changed; null: <see cref="Command"/> changes it.</param>
/// <param name="Kept">The table and column that it is kept in.</param>
internal sealed record SettingRow(
    Phrase Name, Phrase What, Phrase? Present, Phrase Default, string? Href, (string Object, string Column) Kept)
{
    /// <summary>On the command line.</summary>
    public string? Command { get; init; }

    /// <summary>Whether the configuration says it, which wins over the page.</summary>
    public bool IsConfigured { get; init; }

    public LastChange? Changed { get; init; }

    public static Phrase Words(SettingSource source) => source switch
    {
        SettingSource.Default => "default",
        SettingSource.Package => "package",
        SettingSource.Portal => "portal",
        SettingSource.File => "configuration file",
        SettingSource.SecretFile => "secret file",
        SettingSource.Environment => "environment",
        SettingSource.Flag => "flag",
    };
}

/// <summary>What stands on one page, or belongs together.</summary>
/// <param name="IsOfOwners">Nobody else opens its page.</param>
internal sealed record SettingSection(string Id, Phrase Title, IReadOnlyList<SettingRow> Rows, bool IsOfOwners = false);

/// <param name="Machine">By section.</param>
internal sealed record SettingsOverview(
    string? Search, IReadOnlyList<SettingSection> Sections, IReadOnlyList<IGrouping<string, MachineSetting>> Machine);
