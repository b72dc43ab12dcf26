using System.CommandLine;
using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Host.Processes;
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

        /// <summary>The key of a rotation that was interrupted is in another file: it is looked for first.</summary>
        protected override bool NeedsSchema => false;

        protected override async Task<int> RunAsync(Call call)
        {
            var settings = Common.LoadSettings(call.Parsed, []);
            var database = call.Get<NpgsqlDataSource>();
            if (await call.Get<Migrator>().CheckAsync(call.Cancel) is { } wrong)
                return call.Terminal.Fail(wrong);
            if (await DatabaseUse.RefusalAsync(database, null, call.Get<TimeProvider>(), call.Cancel) is { } refusal)
                return call.Terminal.Fail(refusal);
            string next = settings.KeyFile + Next;
            if (File.Exists(next) && await FitsAsync(database, next, call.Cancel))
                return await FinishAsync(call, settings, "The rotation that was interrupted is finished.");
            File.Delete(next); // of one that failed: nothing is sealed with it

            var before = call.Get<SecretBox>();
            await new SecretKeyCheck(database, before).VerifyAsync(call.Cancel);
            var after = new SecretBox(SecretKeyFile.LoadOrCreate(next));
            await FileOwner.GiveAsync(next, settings.Data.Directory, call.Cancel);
            try
            {
                int count = await RotateSecretKey.RunAsync(database, before, after, call.Cancel);
                return await FinishAsync(call, settings, $"{Views.Count(count)} secrets are sealed with a new key.");
            }
            catch (CryptographicException damaged)
            {
                File.Delete(next);
                return call.Terminal.Fail($"{damaged.Message} Nothing was changed.");
            }
        }

        /// <summary>The new key, with which all is sealed already, takes the old one's place.</summary>
        private static async Task<int> FinishAsync(Call call, Settings settings, string done)
        {
            string key = settings.KeyFile, before = key + Before;
            File.Copy(key, before, overwrite: true);
            await FileOwner.GiveAsync(before, settings.Data.Directory, call.Cancel);
            File.Move(key + Next, key, overwrite: true);
            File.Delete(settings.SnapshotFile); // sealed with the old key
            return call.Terminal.Done(new { key, before },
                $"{done} It is in {key}.", $"Keep {before} as long as you keep backups from before. Back up now.");
        }

        private static async Task<bool> FitsAsync(NpgsqlDataSource database, string keyFile, CancellationToken cancel)
        {
            try
            {
                await new SecretKeyCheck(database, new SecretBox(SecretKeyFile.LoadOrCreate(keyFile))).VerifyAsync(cancel);
                return true;
            }
            catch (SecretKeyException)
            {
                return false;
            }
        }
    }
}
