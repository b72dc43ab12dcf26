using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace AtlanticProxy.Host.Configuration;

/// <summary>Binds sections and collects everything that is wrong with them, so that a person corrects it in one go.</summary>
internal sealed class SettingsSections(IConfiguration source)
{
    private readonly List<string> _errors = [];
    private readonly List<(string Section, object Options)> _bound = [];
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What was bound, in order; two may be of one section.</summary>
    public IReadOnlyList<(string Section, object Options)> Bound => _bound;

    /// <summary>The section as <typeparamref name="T"/>; its defaults when a value has the wrong type, which is noted.</summary>
    public T Bind<T>(string name, Func<T, IEnumerable<string>> validate) where T : class, new()
    {
        var section = source.GetSection(name);
        var options = new T();
        _bound.Add((name, options));
        int before = _errors.Count;
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsSetting))
        {
            _known.Add($"{name}:{property.Name}");
            Check(section.GetSection(property.Name), property);
        }
        if (_errors.Count > before)
            return options;
        section.Bind(options);
        _errors.AddRange(validate(options));
        return options;
    }

    /// <summary>Notes what is wrong with settings of several sections.</summary>
    public void Refuse(string error) => _errors.Add(error);

    /// <exception cref="StartupException">Anything is wrong: a value, or a name that no setting has.</exception>
    public void ThrowIfWrong()
    {
        foreach (var section in source.GetChildren())
            if (section.Value is not null)
                _errors.Add($"{section.Key}: is a section, not a value.");
            else
                foreach (var setting in SettingsIn(section).Where(setting => !_known.Contains(setting.Path)))
                    _errors.Add($"{setting.Path}: there is no such setting.");
        if (_errors.Count > 0)
            throw new StartupException(string.Join('\n', _errors.Select(error => $"Setting {error}")));
    }

    /// <summary>A section may be a part of another one: <c>Compat:Webshare</c>.</summary>
    private IEnumerable<IConfigurationSection> SettingsIn(IConfigurationSection section) => section.GetChildren().SelectMany(
        child => _bound.Any(bound => bound.Section.Equals(child.Path, StringComparison.OrdinalIgnoreCase))
            ? child.GetChildren()
            : [child]);

    private void Check(IConfigurationSection section, PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (section.Value is { Length: > 0 } text)
        {
            var read = SettingText.Read(property.Name, type, text);
            if (!read.IsSuccess)
            {
                _errors.Add($"{section.Path}: {read.Errors[0].Message}");
                return;
            }
            section.Value = read.Value;
        }
        try
        {
            _ = section.Get(property.PropertyType);
        }
        catch (InvalidOperationException)
        {
            _errors.Add($"{section.Path}: '{section.Value}' is not a value that fits here.");
        }
    }

    /// <summary>What can be set: not what is computed from other settings.</summary>
    public static bool IsSetting(PropertyInfo property) => property.SetMethod is { IsPublic: true };
}
