using AtlanticProxy.ControlPlane.Secrets;

namespace AtlanticProxy.ControlPlane.Tests.Secrets;

[TestClass]
public sealed class SecretKeyFileTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("atlantic-key-").FullName;

    private string KeyFile => Path.Combine(_folder, "secret.key");

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void LoadOrCreate_FirstTime_MakesAKeyForItsOwnerOnly()
    {
        byte[] key = SecretKeyFile.LoadOrCreate(KeyFile);

        Assert.HasCount(SecretBox.KeySize, key);
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        CollectionAssert.AreEqual(key, SecretKeyFile.LoadOrCreate(KeyFile));
        Assert.HasCount(1, Directory.GetFiles(_folder), "no draft may stay behind");
    }

    [TestMethod]
    public async Task LoadOrCreate_ManyAtOnce_AllGetTheSameKey()
    {
        const int Starters = 8;
        for (int round = 0; round < 100; round++)
        {
            using var together = new Barrier(Starters);
            var keys = await Task.WhenAll(Enumerable.Range(0, Starters).Select(_ => Task.Factory.StartNew(() =>
            {
                together.SignalAndWait();
                return Convert.ToHexString(SecretKeyFile.LoadOrCreate(KeyFile));
            }, default, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            Assert.HasCount(1, keys.Distinct(), $"round {round}");
            Assert.HasCount(1, Directory.GetFiles(_folder), "no draft may stay behind");
            File.Delete(KeyFile);
        }
    }

    [TestMethod]
    public void LoadOrCreate_ThatCannotBeMade_NamesTheFileAndLeavesNoDraft()
    {
        // The draft can be made, since .NET takes "gone/.." out of its path; the link to the key's own name cannot.
        string file = Path.Combine(_folder, "gone", "..", "secret.key");

        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => SecretKeyFile.LoadOrCreate(file)).Message,
            $"{file} could not be made");

        Assert.IsEmpty(Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void LoadOrCreate_ReadableByOthers_IsRefused()
    {
        SecretKeyFile.LoadOrCreate(KeyFile);
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        StringAssert.Contains(Assert.ThrowsExactly<SecretKeyException>(() => SecretKeyFile.LoadOrCreate(KeyFile)).Message,
            "chmod 600");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("abc")]
    [DataRow("zz00000000000000000000000000000000000000000000000000000000000000")]
    public void LoadOrCreate_NoKeyInIt_IsRefusedAndLeftAlone(string text)
    {
        SecretKeyFile.LoadOrCreate(KeyFile);
        File.WriteAllText(KeyFile, text);

        StringAssert.Contains(Assert.ThrowsExactly<SecretKeyException>(() => SecretKeyFile.LoadOrCreate(KeyFile)).Message,
            "restore it");
        Assert.AreEqual(text, File.ReadAllText(KeyFile));
    }

    [TestMethod]
    public void LoadOrCreate_KeyThatSomebodyTyped_IsRefused()
    {
        SecretKeyFile.LoadOrCreate(KeyFile);
        File.WriteAllText(KeyFile, new string('0', 2 * SecretBox.KeySize));

        StringAssert.Contains(Assert.ThrowsExactly<SecretKeyException>(() => SecretKeyFile.LoadOrCreate(KeyFile)).Message,
            "openssl rand");
    }
}
