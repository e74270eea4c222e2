using System.Text;

namespace Wardkeeper.Hub.Access;

/// <summary>
/// The administrator of the first start: made once, when nobody exists yet, with a password told once. It also lies in
/// <c>initial-admin-password</c> in the data folder, readable by its owner alone, until it is changed.
/// </summary>
public sealed class FirstPassword(IAccessStore store, string dataFolder, TimeProvider time)
{
    /// <summary>Name of the first administrator.</summary>
    public const string UserName = "admin";

    private readonly string path = Path.Combine(dataFolder, "initial-admin-password");

    /// <summary>Makes the first administrator when there is no person; answers with the password to print, or null.</summary>
    public async Task<string?> EnsureAsync(CancellationToken cancel = default)
    {
        if ((await store.UsersAsync(cancel)).Count > 0) return null;
        string password = Passwords.MakeOneTime();
        Account account = new(new User { Id = 0, Name = UserName, DisplayName = "Administrator", Roles = new HashSet<Role> { Role.Administrator }, Departments = new HashSet<string>(), MustChangePassword = true, Created = time.Now() }, Passwords.Hash(password), null, 0, []);
        // The file comes first: a crash between the two leaves a password without a person, and the next start writes another.
        Write(password);
        return await store.ChangeAsync(async change =>
        {
            if ((await change.UsersAsync()).Count > 0) return null;
            await change.AddAsync(account);
            await change.AuditAsync(new Actor("local:first-start", new HashSet<Role>()), "user-created", "user:" + UserName, null, account.User.Summary());
            return password;
        }, cancel);
    }

    /// <summary>Removes the file; nothing happens when it is gone.</summary>
    public void Forget() => File.Delete(path);

    private void Write(string password)
    {
        File.Delete(path);
        PrivateFile.Create(path, Encoding.UTF8.GetBytes(password + "\n"));
    }
}
