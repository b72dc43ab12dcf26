using System.Collections;
using System.Globalization;
using System.Reflection;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Configuration;

/// <inheritdoc cref="IMachineSettings"/>
internal sealed class MachineSettings(Settings settings) : IMachineSettings
{
    /// <summary>What is never shown: a setting whose name ends so.</summary>
    private static readonly string[] Secrets = ["Password", "Secret", "Token", "ConnectionString"];

    private readonly Lazy<IReadOnlyList<MachineSetting>> _all = new(() => [.. Read(settings)]);

    public IReadOnlyList<MachineSetting> All => _all.Value;

    private static IEnumerable<MachineSetting> Read(Settings settings) => settings.Sections
        .SelectMany(section => section.Options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(SettingsSections.IsSetting)
            .Select(property => Of(settings, $"{section.Section}:{property.Name}", property, section.Options)))
        .DistinctBy(setting => setting.Name);

    private static MachineSetting Of(Settings settings, string name, PropertyInfo property, object options)
    {
        var (standard, what) = SettingsReference.All.GetValueOrDefault(name, ("", ""));
        bool isSecret = Secrets.Any(word => property.Name.EndsWith(word, StringComparison.Ordinal));
        string present = Text(property.GetValue(options));
        return new MachineSetting(name, what, standard, isSecret && present.Length > 0 ? "•" : present,
            settings.Sources.GetValueOrDefault(name));
    }

    /// <summary>As it would be written; of things with parts of their own, how many there are.</summary>
    private static string Text(object? value) => value switch
    {
        null => "",
        bool on => on ? "true" : "false",
        string text => text,
        IEnumerable list and not string => List([.. list.Cast<object>()]),
        IFormattable figure => figure.ToString(null, CultureInfo.InvariantCulture),
        _ => "",
    };

    private static string List(IReadOnlyList<object> items) => items.All(item => item is string or IFormattable)
        ? string.Join(", ", items.Select(Text))
        : items.Count.ToString(CultureInfo.InvariantCulture);
}
