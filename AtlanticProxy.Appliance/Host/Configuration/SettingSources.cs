using AtlanticProxy.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.Configuration.Memory;

namespace AtlanticProxy.Host.Configuration;

/// <summary>Which layer of the configuration says each setting.</summary>
internal static class SettingSources
{
    /// <summary>
    /// Of <c>Section:Name</c>; lists and objects by the highest layer that has a part of them. Before the settings are bound:
    /// that writes into every layer.
    /// </summary>
    public static IReadOnlyDictionary<string, SettingSource> In(IConfigurationRoot root)
    {
        var layers = root.Providers.ToList();
        var memories = layers.OfType<MemoryConfigurationProvider>().ToList();
        var sources = new Dictionary<string, SettingSource>(StringComparer.OrdinalIgnoreCase);
        foreach (var layer in layers)
            foreach (var (name, _) in root.AsEnumerable())
                if (name.Split(':') is [var section, var setting, ..] && layer.TryGet(name, out _))
                    sources[$"{section}:{setting}"] = Of(layer);
        return sources;

        // In memory are, from the lowest: a demonstration's, what the portal has set, the environment, flags.
        SettingSource Of(IConfigurationProvider layer) => layer switch
        {
            JsonConfigurationProvider when layer == layers.OfType<JsonConfigurationProvider>().First() => SettingSource.Package,
            JsonConfigurationProvider => SettingSource.File,
            KeyPerFileConfigurationProvider => SettingSource.SecretFile,
            _ when layer == memories[^1] => SettingSource.Flag,
            _ when layer == memories[^2] => SettingSource.Environment,
            _ when layer == memories[0] => SettingSource.Package,
            _ => SettingSource.Portal,
        };
    }
}
