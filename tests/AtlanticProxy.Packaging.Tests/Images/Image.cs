using System.Collections.Concurrent;
using System.Text.Json;
using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Packaging.Tests.Images;

/// <summary>An image as <c>packaging/build-image</c> makes it of this checkout: built once a run for each architecture.</summary>
public sealed class Image
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<Image>>> Built = new();

    private readonly string _folder;

    private Image(string folder, string archive) => (_folder, Archive) = (folder, archive);

    /// <summary>The file that is shipped.</summary>
    public string Archive { get; }

    /// <summary>The list of what is in it, beside it.</summary>
    public string Sbom => Archive.Replace(".oci.tar", ".cdx.json", StringComparison.Ordinal);

    /// <summary>Its layers, unpacked over one another, with owners as in the image.</summary>
    public string Root => Path.Combine(_folder, "root");

    /// <summary>The image's configuration: <c>config</c>, <c>architecture</c> and the rest.</summary>
    public JsonElement Configuration { get; private set; }

    /// <summary>How it is run: user, entrypoint, volumes and the rest.</summary>
    public JsonElement Config => Configuration.GetProperty("config");

    /// <param name="architecture">As Debian calls it.</param>
    public static Task<Image> OfAsync(string architecture) =>
        Built.GetOrAdd(architecture, name => new Lazy<Task<Image>>(() => BuildAsync(name))).Value;

    /// <summary>One list of texts in <see cref="Config"/>.</summary>
    public string[] Texts(string name) => [.. Config.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    /// <summary>Builds into a folder, and names the archive there.</summary>
    public static async Task<string> BuildIntoAsync(string folder, string architecture) =>
        (await Commands.RunAsync(Path.Combine(Checkout.Root, "packaging", "build-image"), architecture, "--output", folder))
            .TrimEnd();

    public static async Task RemoveAllAsync()
    {
        foreach (var image in Built.Values)
            if (image.Value.IsCompletedSuccessfully)
                Directory.Delete((await image.Value)._folder, recursive: true);
    }

    private static async Task<Image> BuildAsync(string architecture)
    {
        string folder = Directory.CreateTempSubdirectory("atlantic-image-").FullName;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
        var image = new Image(folder, await BuildIntoAsync(folder, architecture));
        string layout = Path.Combine(folder, "layout");
        Directory.CreateDirectory(layout);
        Directory.CreateDirectory(image.Root);
        await Commands.RunAsync("tar", "-x", "-f", image.Archive, "-C", layout);

        // From the index to the manifest to the layers, as an engine reads them.
        var index = Json(Path.Combine(layout, "index.json"));
        var manifest = Json(Blob(index.GetProperty("manifests").EnumerateArray().Single()));
        image.Configuration = Json(Blob(manifest.GetProperty("config")));
        foreach (var layer in manifest.GetProperty("layers").EnumerateArray())
            await Commands.RunAsync("tar", "-x", "-p", "--numeric-owner", "-f", Blob(layer), "-C", image.Root);
        Directory.Delete(layout, recursive: true);
        return image;

        string Blob(JsonElement descriptor) =>
            Path.Combine(layout, "blobs", descriptor.GetProperty("digest").GetString()!.Replace(':', '/'));
    }

    private static JsonElement Json(string file) => JsonElement.Parse(File.ReadAllBytes(file));
}
