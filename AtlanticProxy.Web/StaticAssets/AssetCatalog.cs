using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace AtlanticProxy.Web.StaticAssets;

/// <summary>One built file, with its Brotli form when that is worth sending.</summary>
internal sealed record Asset(string ContentType, byte[] Bytes, byte[]? Brotli);

/// <summary>The built assets, embedded in this assembly: a few hundred kilobytes, so they stay in memory.</summary>
public sealed class AssetCatalog
{
    internal const string Path = "/assets";

    private const string Prefix = "assets/", ManifestName = "manifest.json", BrotliSuffix = ".br";

    private readonly FrozenDictionary<string, Asset> _files;
    private readonly FrozenDictionary<string, string> _urls;

    public AssetCatalog() : this(typeof(AssetCatalog).Assembly) { }

    private AssetCatalog(Assembly assembly)
    {
        var contents = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[Prefix.Length..], name => Read(assembly, name));
        var manifest = JsonSerializer.Deserialize<Dictionary<string, string>>(contents[ManifestName])
            ?? throw new InvalidDataException("The asset manifest is empty.");

        _urls = manifest.ToFrozenDictionary(entry => entry.Key, entry => $"{Path}/{entry.Value}");
        _files = contents
            .Where(file => file.Key != ManifestName && !file.Key.EndsWith(BrotliSuffix, StringComparison.Ordinal))
            .ToFrozenDictionary(
                file => file.Key,
                file => new Asset(ContentTypeOf(file.Key), file.Value, contents.GetValueOrDefault(file.Key + BrotliSuffix)));
    }

    internal IEnumerable<string> FileNames => _files.Keys;

    /// <summary>The address of an asset by its logical name, such as <c>theme.css</c>.</summary>
    public string this[string name] => _urls[name];

    internal Asset? Find(string fileName) => _files.GetValueOrDefault(fileName);

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string ContentTypeOf(string fileName) => System.IO.Path.GetExtension(fileName) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".woff2" => "font/woff2",
        var other => throw new InvalidDataException($"No content type is known for assets that end in '{other}'."),
    };
}
