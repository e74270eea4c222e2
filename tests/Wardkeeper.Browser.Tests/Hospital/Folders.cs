namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>Folders of a console under test.</summary>
internal static class Folders
{
    /// <summary>Deletes one. A page that is just being closed may still open the database in it, so it is tried until nobody does.</summary>
    /// <exception cref="IOException">Somebody still writes there after ten seconds.</exception>
    public static async Task DeleteAsync(string folder)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Directory.Delete(folder, true);
                return;
            }
            catch (IOException) when (attempt < 100)
            {
                await Task.Delay(100);
            }
        }
    }
}
