using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;

namespace AtlanticProxy.Host.Configuration;

/// <summary>
/// Settings from files, one each, named as in the environment but for the prefix: <c>Database__ConnectionString</c>. So they are
/// in no list of processes, and in no file beside what everybody may read.
/// </summary>
internal static class SecretFiles
{
    private const string Separator = "__";

    /// <param name="folders">Those that are null are not there. Of two files for one setting, the later folder's counts.</param>
    public static IConfigurationBuilder AddSecrets(this IConfigurationBuilder builder, IEnumerable<string?> folders)
    {
        foreach (string folder in folders.OfType<string>().Where(Directory.Exists))
            builder.AddKeyPerFile(source =>
            {
                source.FileProvider = new PhysicalFileProvider(folder);
                source.SectionDelimiter = Separator;
                // A folder may hold what is no setting: a key file, for example.
                source.IgnoreCondition = name => !name.Contains(Separator, StringComparison.Ordinal);
            });
        return builder;
    }
}
