using System.CommandLine;
using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Host.Serving;
using Npgsql;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>secret-key</c>: the key that secrets in the database are sealed with.</summary>
internal static class SecretKeyVerbs
{
    public static Command All(CommonOptions common) => new("secret-key", "The key that secrets in the database are sealed with")
    {
        new Rotate(common),
    };

    /// <summary>
    /// <c>secret-key rotate</c>: a new key, every secret sealed with it, while the appliance is stopped. The old key stays beside
    /// it, for backups that were made with it.
    /// </summary>
    private sealed class Rotate(CommonOptions common)
        : DatabaseVerb(common, "rotate", "Make a new key and seal every secret with it; the appliance must be stopped")
    {
        private const string Next = ".next", Before = ".before";

        protected override async Task<int> RunAsync(Call call)
        {
            var settings = Common.LoadSettings(call.Parsed, []);
            string next = settings.KeyFile + Next;
            var database = call.Get<NpgsqlDataSource>();
            if (await IsUsedAsync(database, call.Cancel))
                return call.Terminal.Fail("The database is in use: stop the appliance first (systemctl stop atlanticproxy).");
            File.Delete(next); // of a rotation that failed: nothing was sealed with it
            var after = new SecretBox(SecretKeyFile.LoadOrCreate(next));
            await FileOwner.GiveAsync(next, settings.Data.Directory, call.Cancel);
            int count;
            try
            {
                count = await RotateSecretKey.RunAsync(database, call.Get<SecretBox>(), after, call.Cancel);
            }
            catch (CryptographicException damaged)
            {
                File.Delete(next);
                return call.Terminal.Fail($"{damaged.Message} Nothing was changed.");
            }
            File.Copy(settings.KeyFile, settings.KeyFile + Before, overwrite: true);
            await FileOwner.GiveAsync(settings.KeyFile + Before, settings.Data.Directory, call.Cancel);
            File.Move(next, settings.KeyFile, overwrite: true);
            File.Delete(settings.SnapshotFile); // sealed with the old key
            return call.Terminal.Done(new { secrets = count, key = settings.KeyFile, before = settings.KeyFile + Before },
                $"{Views.Count(count)} secrets are sealed with the new key in {settings.KeyFile}.",
                $"Keep {settings.KeyFile + Before} as long as you keep backups from before. Back up now.");
        }

        /// <summary>By somebody else than this verb.</summary>
        private static async Task<bool> IsUsedAsync(NpgsqlDataSource database, CancellationToken cancel)
        {
            await using var others = database.CreateCommand("""
                select exists (select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid())
                """);
            return await others.ExecuteScalarAsync(cancel) is true;
        }
    }
}
