using System.Xml.Linq;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>
/// Keeps ASP.NET Data Protection's keys (cookies, antiforgery) in the database, so that every node reads the same cookies, and under
/// the secret box, so that a stolen backup forges none. The interface is synchronous; it is called at start and then every few weeks.
/// </summary>
internal sealed class SealedKeyRepository(DataOptions<AtlanticDb> options, SecretBox box) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = new AtlanticDb(options);
        return db.DataProtectionKeys.OrderBy(key => key.Id).ToList()
            .ConvertAll(key => XElement.Parse(box.Open(key.XmlSealed, SecretPlace.DataProtectionKey(key.FriendlyName))));
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var db = new AtlanticDb(options);
        db.Insert(new DataProtectionKey
        {
            FriendlyName = friendlyName, XmlSealed = box.Seal(element.ToString(SaveOptions.DisableFormatting), SecretPlace.DataProtectionKey(friendlyName)),
        });
    }
}
